<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

\defined('_JEXEC') or die;

use Joomla\CMS\Extension\PluginInterface;
use Joomla\CMS\Factory;
use Joomla\CMS\Plugin\CMSPlugin;
use Joomla\CMS\Plugin\PluginHelper;
use Joomla\Database\DatabaseInterface;
use Joomla\DI\Container;
use Joomla\DI\ServiceProviderInterface;
use Joomla\Event\DispatcherInterface;
use Leadbridge\Plugin\System\Leadbridge\Extension\Leadbridge;

return new class () implements ServiceProviderInterface {
    public function register(Container $container): void
    {
        $container->set(
            PluginInterface::class,
            static function (Container $container): Leadbridge {
                $config = (array) PluginHelper::getPlugin('system', 'leadbridge');
                // A variable, because Joomla 4.4 takes it by reference.
                $dispatcher = $container->get(DispatcherInterface::class);
                $plugin = self::takesDispatcherFirst() ? new Leadbridge($dispatcher, $config) : new Leadbridge($config);
                $plugin->setApplication(Factory::getApplication());
                $plugin->setDatabase($container->get(DatabaseInterface::class));

                return $plugin;
            }
        );
    }

    /** Joomla 4.4 wants the dispatcher in the constructor; from 5.3 on it is deprecated there. */
    private static function takesDispatcherFirst(): bool
    {
        $first = (new \ReflectionMethod(CMSPlugin::class, '__construct'))->getParameters()[0];

        return $first->getName() !== 'config';
    }
};
