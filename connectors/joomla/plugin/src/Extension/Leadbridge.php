<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Extension;

\defined('_JEXEC') or die;

use Joomla\CMS\Form\Form;
use Joomla\CMS\Plugin\CMSPlugin;
use Joomla\Database\DatabaseAwareInterface;
use Joomla\Database\DatabaseAwareTrait;
use Joomla\Event\EventInterface;
use Joomla\Event\Priority;
use Joomla\Event\SubscriberInterface;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Arguments;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Boxes;
use Leadbridge\Plugin\System\Leadbridge\Joomla\CatchUp;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Catching;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Caught;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Desk;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Embedding;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Intake;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Log;
use Leadbridge\Plugin\System\Leadbridge\Joomla\SchedulerTask;
use Leadbridge\Plugin\System\Leadbridge\Joomla\SiteScript;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Visitor;
use Leadbridge\Plugin\System\Leadbridge\Joomla\Wiring;

/** Hears what Joomla tells and hands it on. Whatever goes wrong in here, the site goes on as if it were not there. */
final class Leadbridge extends CMSPlugin implements SubscriberInterface, DatabaseAwareInterface
{
    use DatabaseAwareTrait;

    private ?Wiring $wiring = null;

    public static function getSubscribedEvents(): array
    {
        return [
            // Before the page cache, which ends the request.
            'onAfterRoute' => ['onAfterRoute', Priority::HIGH],
            'onContentPrepareForm' => 'onContentPrepareForm',
            'onSubmitContact' => 'onSubmitContact',
            'onUserAfterSave' => 'onUserAfterSave',
            'onConvertFormsSubmissionAfterSave' => 'onConvertFormsSubmissionAfterSave',
            'onRsformFrontendAfterStoreSubmissions' => 'onRsformFrontendAfterStoreSubmissions',
            'onContentPrepare' => 'onContentPrepare',
            'onBeforeCompileHead' => 'onBeforeCompileHead',
            'onAfterRespond' => 'onAfterRespond',
            'onAjaxLeadbridge' => 'onAjaxLeadbridge',
            'onTaskOptionsList' => 'onTaskOptionsList',
            'onExecuteTask' => 'onExecuteTask',
        ];
    }

    public function onAfterRoute(EventInterface $event): void
    {
        $this->guarded('channel', fn () => $this->visitor()->remember(time()));
    }

    public function onContentPrepareForm(EventInterface $event): void
    {
        $form = Arguments::pick($event, 'subject', 0);

        if ($form instanceof Form && $this->getApplication()->isClient('site')) {
            $this->guarded('boxes', fn () => (new Boxes(
                $this->wiring()->settings->consents,
                $this->visitor()->language()
            ))->add($form));
        }
    }

    public function onSubmitContact(EventInterface $event): void
    {
        $this->take('contact', static fn (Catching $catching): ?Caught => $catching->contact($event));
    }

    public function onUserAfterSave(EventInterface $event): void
    {
        if ($this->getApplication()->isClient('site')) {
            $this->take('registration', static fn (Catching $catching): ?Caught => $catching->registration($event));
        }
    }

    public function onConvertFormsSubmissionAfterSave(EventInterface $event): void
    {
        $this->take('convertforms', static fn (Catching $catching): ?Caught => $catching->convertForms($event));
    }

    public function onRsformFrontendAfterStoreSubmissions(EventInterface $event): void
    {
        $this->take('rsform', static fn (Catching $catching): ?Caught => $catching->rsForm($event));
    }

    public function onContentPrepare(EventInterface $event): void
    {
        $item = Arguments::pick($event, 'subject', 1);

        if (\is_object($item) && \is_string($item->text ?? null) && Embedding::isIn($item->text)) {
            $this->guarded('embedding', fn () => $this->embed($item));
        }
    }

    public function onBeforeCompileHead(EventInterface $event): void
    {
        $this->guarded('visits', function (): void {
            if ($this->getApplication()->isClient('site') && $this->wiring()->settings->visits) {
                $this->siteScript()->add();
            }
        });
    }

    public function onAfterRespond(EventInterface $event): void
    {
        if ($this->getApplication()->isClient('site')) {
            $this->guarded('catch-up', fn () => (new CatchUp(
                $this->getApplication(),
                $this->wiring()
            ))->afterPage());
        }
    }

    public function onAjaxLeadbridge(EventInterface $event): void
    {
        $this->guarded('settings', function () use ($event): void {
            $this->loadLanguage();
            Arguments::answer($event, (new Desk($this->getApplication(), $this->wiring()))->answer());
        });
    }

    public function onTaskOptionsList(EventInterface $event): void
    {
        $this->guarded('task list', function () use ($event): void {
            $this->loadLanguage('plg_system_leadbridge.sys');
            SchedulerTask::offer($event);
        });
    }

    public function onExecuteTask(EventInterface $event): void
    {
        if (method_exists($event, 'getRoutineId') && $event->getRoutineId() === SchedulerTask::ROUTINE) {
            $this->guarded('task', fn () => SchedulerTask::execute($event, $this->wiring()->run));
        }
    }

    /** @param  \Closure(Catching): ?Caught  $read */
    private function take(string $source, \Closure $read): void
    {
        $this->guarded($source, function () use ($source, $read): void {
            if ($this->wiring()->settings->wants($source)) {
                (new Intake($this->wiring(), $this->visitor()))->take($read(new Catching($this->wiring()->database)));
            }
        });
    }

    /** @param  object  $item  an article, or whatever else has a text */
    private function embed(object $item): void
    {
        $settings = $this->wiring()->settings;

        if (!$settings->embedding || $settings->bridgeUrl === '') {
            return;
        }

        $this->loadLanguage();
        $hasForm = Embedding::hasForm($item->text);
        $isPage = $this->getApplication()->isClient('site') && $this->getApplication()->getDocument()?->getType() === 'html';
        $item->text = $isPage
            ? (new Embedding($settings->bridgeUrl, $this->visitor()->language()))->shown($item->text, $this->visitor()->mayEdit())
            : Embedding::hidden($item->text);

        if ($isPage && $hasForm) {
            $this->siteScript()->addWithForms();
        }
    }

    /** @param  \Closure(): void  $deed */
    private function guarded(string $where, \Closure $deed): void
    {
        try {
            $deed();
        } catch (\Throwable $failure) {
            Log::failure($where, $failure);
        }
    }

    private function visitor(): Visitor
    {
        return new Visitor($this->getApplication(), $this->wiring()->settings);
    }

    private function siteScript(): SiteScript
    {
        return new SiteScript($this->getApplication(), $this->wiring()->settings);
    }

    private function wiring(): Wiring
    {
        return $this->wiring ??= new Wiring(
            $this->params,
            $this->getDatabase(),
            $this->getApplication()->getConfig()
        );
    }
}
